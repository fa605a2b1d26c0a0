import type { Command } from '../command.js'
import { fire } from './fire.js'

/** The commands by name. */
export const commands: Readonly<Record<string, Command>> = { fire }
