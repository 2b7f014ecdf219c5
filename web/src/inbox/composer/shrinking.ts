/* A picture made smaller in the browser: at most so many pixels, as JPEG, without what the file tells of
   where and with what it was taken. */
const LONGEST_SIDE = 1_600
const QUALITY = 0.85
const TYPES = ['image/jpeg', 'image/png', 'image/webp']

export const isShrinkable = ({ mime }: { mime: string }): boolean => TYPES.includes(mime)

/** The size in pixels with the same proportions whose longest side is no longer than that. */
export function fit(width: number, height: number, most = LONGEST_SIDE): [number, number] {
  const share = Math.min(1, most / Math.max(width, height))
  return [Math.max(1, Math.round(width * share)), Math.max(1, Math.round(height * share))]
}

export const jpegName = (name: string): string => `${name.replace(/\.[^.]+$/, '')}.jpg`

/** Throws where the browser cannot read the picture. */
export async function shrink(picture: Blob, name: string): Promise<File> {
  const bitmap = await createImageBitmap(picture, { imageOrientation: 'from-image' })
  const canvas = document.createElement('canvas')
  ;[canvas.width, canvas.height] = fit(bitmap.width, bitmap.height)
  const pen = canvas.getContext('2d')!
  pen.fillStyle = 'white' // JPEG has no see-through
  pen.fillRect(0, 0, canvas.width, canvas.height)
  pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
  bitmap.close()
  const drawn = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY))
  if (!drawn) throw new Error('the browser could not write the picture')
  return new File([drawn], jpegName(name), { type: 'image/jpeg' })
}
