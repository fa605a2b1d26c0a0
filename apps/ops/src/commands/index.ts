import type { Command } from '../command.js'
import { fire } from './fire.js'
import { journey } from './journey.js'
import { payments } from './payments.js'
import { schedule } from './schedule.js'

/** The commands by name. */
export const commands: Readonly<Record<string, Command>> = { fire, journey, schedule, payments }
