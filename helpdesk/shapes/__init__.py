"""The small whole objects that the API answers with and the live events carry.

One shape per thing, the same for everybody who may see it: what an event carries equals what a
fresh read would answer. Closed sets of words stand here too, because columns, gateways and doors
share them.
"""
