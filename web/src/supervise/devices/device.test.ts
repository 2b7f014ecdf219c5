import { expect, test } from 'vitest'
import type { DeviceOut } from '@/api/schema'
import { blankDevice, formOf, gatewayBody, isTokenKept, newBody, patchBody } from './device'

const device: DeviceOut = {
  id: 'd', name: 'Toko', number: '6281234567890', status: 'connect', status_reason: '', package: null, quota: null, used: 0,
  expires_at: null, gateway: { kind: 'fonnte', base_url: 'https://gateway.example' }, default_division_id: null,
  group: false, webhook: 'https://a.example/', webhookstatus: '', webhookconnect: '', webhookchaining: '', has_secret: true,
  autoread: true, personal: true, quick: false, inbox: false, silent: false, source: 'autoreply', resend_target: '', hook_url: '', token: 'hd_dev_x', created_at: '',
}

test('a gateway token that was not typed is left out and so kept', () => {
  expect(gatewayBody(formOf(device).gateway)).toEqual({ kind: 'fonnte', base_url: 'https://gateway.example' })
  expect(gatewayBody({ kind: 'fonnte', base_url: ' a ', token: ' t ' })).toEqual({ kind: 'fonnte', base_url: 'a', token: 't' })
  expect(gatewayBody({ kind: 'simulated', base_url: 'a', token: 't' })).toEqual({ kind: 'simulated' })
})

test('only what changed is sent, and the device token is no part of a change', () => {
  expect(patchBody({ name: 'Toko Dua', token: 'x' })).toEqual({ name: 'Toko Dua' })
  expect(patchBody({ gateway: { kind: 'simulated', base_url: '', token: '' } })).toEqual({ gateway: { kind: 'simulated' } })
})

test('a new device brings a token along or gets one', () => {
  expect(newBody(blankDevice(null)).token).toBeNull()
  expect(newBody({ ...blankDevice('v'), token: ' abc ' })).toMatchObject({ token: 'abc', default_division_id: 'v' })
})

test('a token is kept within one kind of gateway only', () => {
  const form = formOf(device)
  expect(isTokenKept(device, form)).toBe(true)
  expect(isTokenKept(device, { ...form, gateway: { ...form.gateway, kind: 'simulated' } })).toBe(false)
  expect(isTokenKept(null, form)).toBe(false)
})

test('a secret is kept unless another one is typed or it is dropped', () => {
  expect(patchBody({ webhook: ' https://b.example/ ' })).toEqual({ webhook: 'https://b.example/' })
  expect(patchBody({ secret: ' s3 ' })).toEqual({ secret: 's3' })
  expect(patchBody({ secret: '' })).toEqual({})
  expect(patchBody({ secret: 's3', drops_secret: true })).toEqual({ secret: '' })
  expect(newBody({ ...blankDevice(null), secret: 's3' })).toMatchObject({ secret: 's3', webhook: '', autoread: true })
  expect(newBody(blankDevice(null))).not.toHaveProperty('secret')
})

test('the day on which a package ends goes there and back', () => {
  const until = patchBody({ expires: '2027-01-31' }).expires_at!
  expect(formOf({ ...device, expires_at: until }).expires).toBe('2027-01-31')
  expect(patchBody({ expires: '' })).toEqual({ expires_at: null })
  expect(patchBody({ package: 'lite' })).toEqual({ package: 'lite' })
})
