/** The ways in which Notify reaches somebody, as it calls them. */
export const channels = ['email', 'sms'] as const
export type Channel = (typeof channels)[number]

/** How Notify says that something reached nobody: for good, for the time being, or by its own fault. */
export const failedStates = ['permanent-failure', 'temporary-failure', 'technical-failure'] as const
export type FailedState = (typeof failedStates)[number]

/** How Notify says that it has done what it can; `sent`: to another country, from which no more will be heard. */
export const arrivedStates = ['delivered', 'sent'] as const
export type ArrivedState = (typeof arrivedStates)[number]

/**
 * What became of an email or a text message that Notify has taken. `sending`: not known yet. `unknown`: after three days Notify
 * had not said. The rest in Notify's words.
 */
export const notificationStates = ['sending', ...arrivedStates, ...failedStates, 'unknown'] as const
export type NotificationState = (typeof notificationStates)[number]
