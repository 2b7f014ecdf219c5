/* The loudness of a recording as bars. */
import type { Voice } from '@/api/schema'

export const BARS = 64

/** Return the loudest moment of each part, 0 to 1. */
export function peaksOf(samples: Float32Array, bars = BARS): number[] {
  const size = Math.max(1, Math.floor(samples.length / bars))
  const peaks = Array.from({ length: bars }, (_, bar) => loudest(samples.subarray(bar * size, (bar + 1) * size)))
  const most = Math.max(...peaks)
  return peaks.map((peak) => (most ? peak / most : 0))
}

function loudest(samples: Float32Array): number {
  let most = 0
  for (const sample of samples) most = Math.max(most, Math.abs(sample))
  return most
}

/** Return how long a recording is and how loud, as the server keeps it; null where the browser cannot decode it. */
export async function hear(file: Blob): Promise<Voice | null> {
  try {
    const audio = await new OfflineAudioContext(1, 1, 8_000).decodeAudioData(await file.arrayBuffer())
    return voiceOf(audio.duration, audio.getChannelData(0))
  } catch {
    return null
  }
}

export const voiceOf = (duration: number, samples: Float32Array): Voice => ({
  seconds: Math.max(0.1, Math.round(duration * 10) / 10),
  peaks: peaksOf(samples).map((peak) => Math.round(peak * 100)),
})
