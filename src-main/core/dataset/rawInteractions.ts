/**
 * The rows of a source in the order of the file. `user` and `item` number the raw ids by first appearance in the
 * file, so the dense ids that follow from them depend on nothing but the file.
 */
export interface RawInteractions {
  /** Length rows: 0..userCount-1 by first appearance. */
  users: Int32Array
  /** Length rows: 0..itemCount-1 by first appearance. */
  items: Int32Array
  /** Length rows, any unit that grows with time; absent when the source has none. */
  timestamps?: Float64Array
  /** Length rows: 1 where the rating reaches the threshold; absent when every row is positive. */
  positive?: Uint8Array
  userCount: number
  itemCount: number
}
