/* What every browser has and the tests' window lacks. */
import { BroadcastChannel } from 'node:worker_threads'

globalThis.BroadcastChannel ??= BroadcastChannel as unknown as typeof globalThis.BroadcastChannel
