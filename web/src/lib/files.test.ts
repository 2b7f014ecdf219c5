import { describe, expect, it } from 'vitest'
import { extensionOf, fileSize } from './files'

describe('files', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_024, '1 KB'],
    [1_536, '1.5 KB'],
    [188_416, '184 KB'],
    [6_501_171, '6.2 MB'],
    [1_048_575, '1 MB'],
  ])('says %i as %s', (bytes, text) => expect(fileSize(bytes, 'en')).toBe(text))

  it('speaks Indonesian', () => expect(fileSize(1_536, 'id')).toBe('1,5 KB'))

  it.each([
    ['a.pdf', 'PDF'],
    ['a.b.jpeg', 'JPEG'],
    ['none', ''],
    ['.hidden', ''],
  ])('knows the ending of %s', (name, ending) => expect(extensionOf(name)).toBe(ending))
})
