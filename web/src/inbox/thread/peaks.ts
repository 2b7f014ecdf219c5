/* The loudness of a recording as bars. */
export const BARS = 46

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

/** Read a recording's bars; null where the browser cannot decode it. */
export async function loadPeaks(url: string): Promise<number[] | null> {
  try {
    const bytes = await (await fetch(url)).arrayBuffer()
    const audio = await new OfflineAudioContext(1, 1, 8_000).decodeAudioData(bytes)
    return peaksOf(audio.getChannelData(0))
  } catch {
    return null
  }
}
