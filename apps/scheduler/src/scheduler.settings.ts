import type { SettingsGroup } from '#shared/config'
import { scheduleSettingsGroup } from '#shared/schedule'
import { chatSettings } from './chat/chat.settings.js'

export const settings: readonly SettingsGroup[] = [scheduleSettingsGroup, chatSettings]
