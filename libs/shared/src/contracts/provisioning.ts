/** What other systems are told of. A role is a group there. */
export const subjectKinds = ['user', 'role', 'organisation'] as const
export type SubjectKind = (typeof subjectKinds)[number]

/** How a subject is named, in addresses and in tasks. */
export const subjectIdShape = /^[A-Za-z0-9][\w.-]{0,99}$/
/** How a system is named that is told. */
export const targetNameShape = /^[a-z0-9][a-z0-9-]{0,39}$/

/** The shapes of requests that those systems take: the data of each is in `apps/provisioner`. */
export const targetFormats = ['default', 'collect', 's2s'] as const
export type TargetFormat = (typeof targetFormats)[number]
