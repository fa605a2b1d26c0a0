/**
 * A service makes much that is soon forgotten: with the usual room for it, memory grows by some 40 MB under load and
 * buys nothing. The image and the chart say the same.
 */
export const nodeFlags: readonly string[] = ['--max-semi-space-size=4', '--max-old-space-size=128']
