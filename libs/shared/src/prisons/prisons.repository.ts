import { Injectable } from '@nestjs/common'
import { DatabaseConnection, question, type Known, type Question } from '../database/index.js'
import { PrisonList } from './prison-list.js'

/** For so long a list that was read is taken for the present one, in milliseconds. */
const rememberedMs = 60_000

/** The prisons, through a small cache: they change some times a year, and every claim names one. */
@Injectable()
export class Prisons {
  private last: { readonly list: PrisonList; readonly read: number } | undefined

  constructor(private readonly connection: DatabaseConnection) {}

  /**
   * The list as it is, or was a minute ago at the most; what is decided in one piece of work goes by one of them. Asks the
   * database once a minute, in whatever round trip there is.
   */
  now(): Question<PrisonList> | Known<PrisonList> {
    if (this.last && performance.now() - this.last.read < rememberedMs) return { known: this.last.list }
    const query = this.connection.db
      .selectFrom('AsyncSchema.Prison')
      .select(['Name', 'DisplayName', 'Region', 'Postcode'])
    return question(query, (rows) => {
      const list = new PrisonList(
        rows.map(({ Name, DisplayName, Region, Postcode }) => [
          Name,
          { displayName: DisplayName, region: Region, postcode: Postcode },
        ]),
      )
      this.last = { list, read: performance.now() }
      return list
    })
  }
}
