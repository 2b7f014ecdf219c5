import { expect, test } from 'vitest'
import type { DeliveryOut, WebhookOut } from '@/api/schema'
import document from '../../../openapi.json'
import { EVENT_TYPES, blankWebhook, bodyOf, formOf, isAddress, markOf, shownUrl, wordOf } from './webhook'

const delivery: DeliveryOut = {
  id: 'd', type: 'message.received', seq: 1, state: 'due', attempts: 0, status: null, error: '', next_at: null,
  tried_at: null, created_at: '',
}

test('a webhook goes to its form and back', () => {
  const webhook: WebhookOut = {
    id: 'w', kind: 'events', device_id: null, url: 'https://a.example/', event_types: ['note.added'], device_ids: ['d'],
    enabled: false, is_deleted: false, last: null, created_at: '',
  }
  expect(bodyOf(formOf(webhook))).toEqual({ url: 'https://a.example/', event_types: ['note.added'], device_ids: ['d'], enabled: false })
  expect(bodyOf({ ...blankWebhook(), url: ' https://a.example/ ' }).url).toBe('https://a.example/')
})

test('every event of the server can be chosen', () => {
  const mapping = document.components.schemas.AnyEvent.discriminator.mapping
  expect([...EVENT_TYPES].sort()).toEqual(Object.keys(mapping).sort())
})

test('an address begins with http or https', () => {
  expect(['https://a.example', ' http://b.example/x '].every(isAddress)).toBe(true)
  expect(['', 'a.example', 'ftp://a.example', 'https://'].some(isAddress)).toBe(false)
})

test('a delivery that failed and is tried again is neither due nor dead', () => {
  const at = (state: DeliveryOut['state'], attempts: number) => ({ ...delivery, state, attempts })
  expect([at('due', 0), at('due', 3), at('delivered', 1), at('dead', 16)].map((each) => [wordOf(each), markOf(each)])).toEqual([
    ['due', ''], ['retrying', 'warn'], ['delivered', 'ok'], ['dead', 'bad'],
  ])
})

test('what may be secret in an address is not shown in lists', () => {
  expect(shownUrl('https://a.example/hook?secret=1#x')).toBe('https://a.example/hook?…')
  expect(shownUrl('https://a.example/hook')).toBe('https://a.example/hook')
})
