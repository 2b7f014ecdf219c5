import { expect, test } from 'vitest'
import { ringOf, stepsOf } from './steps'

test('the first step that is not done is the one to do now', () => {
  const steps = stepsOf({ device: true, division: true, agents: false, template: true, test: false })
  expect(steps.map((step) => step.state)).toEqual(['done', 'done', 'now', 'done', 'todo'])
  expect(ringOf(steps)).toEqual(['had', 'had', 'last', 'has', 'has'])
})

test('at first nothing is done, at last everything', () => {
  const none = { device: false, division: false, agents: false, template: false, test: false }
  expect(ringOf(stepsOf(none))).toEqual(['has', 'has', 'has', 'has', 'has'])
  expect(stepsOf({ device: true, division: true, agents: true, template: true, test: true }).every((step) => step.state === 'done')).toBe(true)
})
