/* A field as high as its lines, up to eight. Browsers that know `field-sizing` do it by themselves. */
const HIGHEST_PX = 176
const growsItself = globalThis.CSS?.supports?.('field-sizing', 'content') ?? false

export function grow(box: HTMLTextAreaElement | null | undefined): void {
  if (!box || growsItself) return
  box.style.height = 'auto'
  box.style.height = `${Math.min(box.scrollHeight, HIGHEST_PX)}px`
}
