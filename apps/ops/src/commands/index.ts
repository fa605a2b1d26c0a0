import type { Command } from '../command.js'
import { deadLetters } from './dead-letters.js'
import { fire } from './fire.js'
import { journey } from './journey.js'
import { pause, resume } from './pause.js'
import { payments } from './payments.js'
import { replay } from './replay.js'
import { restored } from './restored.js'
import { schedule } from './schedule.js'
import { status } from './status.js'
import { tasks } from './tasks.js'

/** The commands by name. */
export const commands: Readonly<Record<string, Command>> = {
  'dead-letters': deadLetters,
  fire,
  journey,
  pause,
  payments,
  replay,
  restored,
  resume,
  schedule,
  status,
  tasks,
}
