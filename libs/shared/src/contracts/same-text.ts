/** The form in which names, types and addresses compare: without regard to case, as in the database. */
export const textKey = (text: string): string => text.trim().toLowerCase()

export const sameText = (one: string, other: string): boolean => textKey(one) === textKey(other)
