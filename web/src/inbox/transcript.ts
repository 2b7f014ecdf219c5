/* The transcript of a conversation, fetched as a file: the page stays. */
export function downloadTranscript(id: string, query = ''): void {
  const link = document.createElement('a')
  link.href = `/api/v1/conversations/${id}/transcript${query}`
  link.download = ''
  link.click()
}
