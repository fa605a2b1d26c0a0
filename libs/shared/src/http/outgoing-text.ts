/** Halves of characters, and what stands for none. */
const noCharacters = /[\p{Cs}\uFFFE\uFFFF]/gu
/** But tab and the ends of lines. */
const controls = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/g

/**
 * A text for people, without what no text may hold: control characters are left out, half characters replaced. Other
 * programs' databases and XML refuse them, each time the text is sent.
 */
export const plainText = (text: string): string => text.replace(controls, '').replace(noCharacters, '\uFFFD')

/** Whether a text holds nothing that no text may hold. For what must not be changed: a name to look for, an address. */
export const isPlainText = (text: string): boolean => plainText(text) === text
