/** Where the finance workbook takes its figures. Cells are named as in `K20`. Domain: `settings.md`, `APVS_ADI_…`. */
export interface JournalSettings {
  readonly prefix: string
  readonly suffix: string
  readonly sheet: string
  readonly totalCell: string
  readonly debitCell: string
  readonly accountingDateCell: string
  readonly periodCell: string
  readonly nameCell: string
  readonly descriptionCell: string
}
