/* The questions that stand over the inbox: shown once by the page, asked from anywhere in it. */
import { ref, shallowRef } from 'vue'
import type { ConversationOut, MessageOut } from '@/api/schema'

interface Question {
  conversation: ConversationOut
  answer: (isWanted: boolean) => void
}

export const takeOver = shallowRef<Question | null>(null)
export const transferring = shallowRef<ConversationOut | null>(null)
export const labelling = shallowRef<ConversationOut | null>(null)
export const snoozing = shallowRef<ConversationOut | null>(null)
export const resolving = shallowRef<ConversationOut | null>(null)
export const forwarding = shallowRef<MessageOut | null>(null)

/** What is to be added to the reply that is being written. */
export type Part = 'attach' | 'emoji' | 'location' | 'poll'
export const adding = shallowRef<Part | null>(null)

/** What is looked for in everything; it stays for the next time. */
export const sought = ref('')
export const isSearching = ref(false)

/** Ask before a conversation is taken from its owner. */
export function askTakeOver(conversation: ConversationOut): Promise<boolean> {
  takeOver.value?.answer(false)
  return new Promise((resolve) => {
    takeOver.value = {
      conversation,
      answer: (isWanted) => {
        takeOver.value = null
        resolve(isWanted)
      },
    }
  })
}

export function askTransfer(conversation: ConversationOut): void {
  transferring.value = conversation
}

export function askLabels(conversation: ConversationOut): void {
  labelling.value = conversation
}

/** Ask until when. */
export function askSnooze(conversation: ConversationOut): void {
  snoozing.value = conversation
}

/** Ask why it is done. */
export function askResolve(conversation: ConversationOut): void {
  resolving.value = conversation
}

/** Ask where a message is to go. */
export function askForward(message: MessageOut): void {
  forwarding.value = message
}
