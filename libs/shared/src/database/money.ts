/** Pounds as the database gives them, in whole pence. Calculate in pence only. */
export const pence = (pounds: number): number => Math.round(pounds * 100)
/** Whole pence as the database stores them. */
export const pounds = (inPence: number): number => inPence / 100
