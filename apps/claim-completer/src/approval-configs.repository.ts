import { Injectable } from '@nestjs/common'
import { DatabaseConnection, question, type Question } from '#shared/database'
import { approvalSettings, type ApprovalSettings } from './approve-claim/approval-settings.rules.js'
import { ClaimCompleterSettings } from './claim-completer.settings.js'

/** The configuration of automatic approval that caseworkers edit, over the settings' defaults. */
@Injectable()
export class ApprovalConfigs {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly settings: ClaimCompleterSettings,
  ) {}

  /** What holds now: the newest enabled row. */
  async current(): Promise<ApprovalSettings> {
    const [settings] = await this.connection.ask(this.settingsNow())
    return settings
  }

  /** The same as a question. */
  settingsNow(): Question<ApprovalSettings> {
    const { db, dialect } = this.connection
    const query = db
      .selectFrom('IntSchema.AutoApprovalConfig')
      .selectAll()
      .where('IsEnabled', '=', true)
      .orderBy('DateCreated', 'desc')
      .orderBy('AutoApprovalConfigId', 'desc')
    return question(dialect.first(query, 1), ([newest]) => approvalSettings(newest, this.settings.approval))
  }
}
