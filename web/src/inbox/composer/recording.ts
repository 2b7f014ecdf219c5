/* A voice recorded in the browser. */
import { computed, onScopeDispose, ref, shallowRef } from 'vue'

/** What WhatsApp plays first; the server rewrites WebM as that. */
const TYPES = ['audio/ogg;codecs=opus', 'audio/webm;codecs=opus', 'audio/mp4']
const STEP_MS = 100
const LOUDEST = 0.5

export type RecordingState = 'asking' | 'recording' | 'paused' | 'done' | 'refused' | 'insecure'

export const typeFor = (isSupported: (type: string) => boolean): string | undefined => TYPES.find(isSupported)

/** The name of a recording, with the ending of its type. */
export const nameFor = (type: string): string => `voice.${type.includes('ogg') ? 'ogg' : type.includes('webm') ? 'webm' : 'm4a'}`

/** How loud samples around 128 are, 0 to 1. */
export function loudness(samples: Uint8Array): number {
  const sum = samples.reduce((total, each) => total + ((each - 128) / 128) ** 2, 0)
  return Math.min(1, Math.sqrt(sum / (samples.length || 1)) / LOUDEST)
}

/** Records from now on, until it is stopped or the caller goes. */
export function useRecording() {
  const state = ref<RecordingState>('asking')
  const level = ref(0)
  const milliseconds = ref(0)
  const file = shallowRef<File | null>(null)
  const url = computed<string>((before) => {
    if (before) URL.revokeObjectURL(before)
    return file.value ? URL.createObjectURL(file.value) : ''
  })
  let stream: MediaStream | undefined
  let recorder: MediaRecorder | undefined
  let sound: AudioContext | undefined
  let timer: ReturnType<typeof setInterval> | undefined
  let isGone = false

  async function begin(): Promise<void> {
    file.value = null
    milliseconds.value = 0
    const type = globalThis.MediaRecorder && typeFor((each) => MediaRecorder.isTypeSupported(each))
    if (!navigator.mediaDevices || !type) return void (state.value = 'insecure')
    state.value = 'asking'
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true } })
    } catch {
      return void (state.value = 'refused')
    }
    if (isGone) return release()
    record(stream, type)
  }

  function record(from: MediaStream, type: string): void {
    const parts: Blob[] = []
    recorder = new MediaRecorder(from, { mimeType: type })
    recorder.ondataavailable = ({ data }) => parts.push(data)
    recorder.onstop = () => {
      release()
      if (!isGone) file.value = new File(parts, nameFor(type), { type })
      state.value = 'done'
    }
    recorder.start()
    state.value = 'recording'
    listen(from)
  }

  function listen(to: MediaStream): void {
    sound = new AudioContext()
    const analyser = sound.createAnalyser()
    sound.createMediaStreamSource(to).connect(analyser)
    const samples = new Uint8Array(analyser.fftSize)
    timer = setInterval(() => {
      if (state.value !== 'recording') return
      milliseconds.value += STEP_MS
      analyser.getByteTimeDomainData(samples)
      level.value = loudness(samples)
    }, STEP_MS)
  }

  function pause(): void {
    if (state.value === 'recording') recorder?.pause()
    else recorder?.resume()
    state.value = state.value === 'recording' ? 'paused' : 'recording'
    level.value = 0
  }

  const stop = () => recorder?.state !== 'inactive' && recorder?.stop()

  function release(): void {
    clearInterval(timer)
    stream?.getTracks().forEach((track) => track.stop())
    void sound?.close()
    sound = undefined
  }

  onScopeDispose(() => {
    isGone = true
    stop()
    release()
    if (url.value) URL.revokeObjectURL(url.value)
  })
  void begin()
  return { state, level, milliseconds, file, url, begin, pause, stop }
}
