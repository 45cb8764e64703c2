import type { SourceVerdict } from '../../../src-main/contract/datasetContract.ts'
import type { ImportOptionsInput } from '../../../src-main/contract/vocabulary.ts'

export type Preview = Extract<SourceVerdict, { kind: 'dataset' }>['preview']

export const COLUMN_ROLES = ['user', 'item', 'rating', 'timestamp'] as const
export type ColumnRole = (typeof COLUMN_ROLES)[number]

/** The role of each column, by its place; undefined: not read. */
export type ColumnRoles = readonly (ColumnRole | undefined)[]

/** The roles that the names of the columns gave. */
export function recognisedRoles({ columns }: Preview): ColumnRoles {
  return columns.map(({ role }) => COLUMN_ROLES.find((known) => known === role))
}

/** Gives a column a role; the column that had it before is no longer read. */
export function assignRole(roles: ColumnRoles, column: number, role: ColumnRole | undefined): ColumnRoles {
  return roles.map((old, i) => {
    if (i === column) return role
    return old === role ? undefined : old
  })
}

/** The roles that an import cannot do without and that no column has. */
export function missingRoles(roles: ColumnRoles): ColumnRole[] {
  return (['user', 'item'] as const).filter((role) => !roles.includes(role))
}

/**
 * Columns as the import takes them: by position, because names can occur twice. Absent where nothing differs from what
 * the import finds by itself.
 */
export function columnOptions(
  preview: Preview,
  roles: ColumnRoles,
  header: boolean,
): ImportOptionsInput['columns'] {
  const recognised = recognisedRoles(preview)
  if (header && roles.every((role, i) => role === recognised[i])) return undefined
  if (missingRoles(roles).length > 0) return undefined
  const place = (role: ColumnRole) => roles.indexOf(role) + 1
  // 0, no place: not to be read, not even where its name would be found.
  const optional = (role: ColumnRole) => place(role) || null
  return {
    user: place('user'),
    item: place('item'),
    rating: optional('rating'),
    timestamp: optional('timestamp'),
    header,
  }
}

/** The preview as a table: names of its columns and rows, the first line among the rows where it is no header. */
export function previewTable(preview: Preview, header: boolean): { names: string[]; rows: string[][] } {
  const names = preview.columns.map((column) => column.header)
  if (header) return { names, rows: preview.rows }
  return { names: names.map((_, i) => `Column ${i + 1}`), rows: [names, ...preview.rows] }
}
