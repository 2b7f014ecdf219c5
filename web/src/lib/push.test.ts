import { expect, test } from 'vitest'
import { type Device, pushState, toBase64Url } from './push'

const ready: Device = { isSecure: true, canPush: true, isApple: false, permission: 'granted', isWanted: true, isSubscribed: true }

test('what stands in the way is told, the first thing first', () => {
  expect(pushState(ready)).toBe('on')
  expect(pushState({ ...ready, isSubscribed: false })).toBe('open')
  expect(pushState({ ...ready, isWanted: false })).toBe('off')
  expect(pushState({ ...ready, permission: 'default' })).toBe('off')
  expect(pushState({ ...ready, permission: 'denied' })).toBe('blocked')
  expect(pushState({ ...ready, canPush: false })).toBe('unsupported')
  expect(pushState({ ...ready, canPush: false, isSecure: false })).toBe('insecure')
})

test('on an iPhone it has to stand on the home screen first', () => {
  expect(pushState({ ...ready, canPush: false, isApple: true })).toBe('install')
  expect(pushState({ ...ready, isApple: true })).toBe('on')
})

test('a key is compared as the server writes it', () => {
  expect(toBase64Url(new Uint8Array([251, 255, 254, 0]).buffer)).toBe('-__-AA')
})
