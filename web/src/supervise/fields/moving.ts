/* Moving a field up or down: which fields get another position. Pure. */
interface Placed {
  id: string
  position: number
}

/** Return those whose position changes when the one at a place moves by one; positions count from 1. */
export function placesAfter(fields: Placed[], at: number, by: number): Placed[] {
  const moved = [...fields]
  const [one] = moved.splice(at, 1)
  if (one) moved.splice(at + by, 0, one)
  return moved.flatMap((field, index) => (field.position === index + 1 ? [] : [{ id: field.id, position: index + 1 }]))
}
