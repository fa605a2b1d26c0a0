import type { SettingsGroup } from '#shared/config'
import { scheduleSettingsGroup } from '#shared/jobs'
import { chatSettings } from './chat/chat.settings.js'

export const settings: readonly SettingsGroup[] = [scheduleSettingsGroup, chatSettings]
