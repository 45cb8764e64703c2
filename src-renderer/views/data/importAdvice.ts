/** What to do about a source that cannot be imported, by the code of its error; the message says where and what. */
const ADVICE: Record<string, string> = {
  'no-dataset': 'Choose the folder or file that holds the interactions themselves.',
  ambiguous: 'Choose one of these files instead of the folder.',
  incomplete: 'Put the missing file beside the others, then choose the folder again.',
  empty: 'Choose a file with at least one row.',
  'missing-column': 'Go back and say which column holds the users and which the items.',
  'field-count': 'Mend this line, or go back and choose another separator.',
  truncated: 'The file seems to be cut off: copy or download it again.',
  'not-a-number': 'Mend this line, or go back and choose other columns.',
  'wrong-encoding': 'Save the file as UTF-8 and choose it again.',
  quotes: 'Close the quotes in this line, or save the table anew from the program that wrote it.',
  'split-mismatch': 'The three files must come from one split: take all of them from the same place.',
  'nothing-left': 'Lower the threshold or the minimum, then import again.',
  'damaged-archive': 'Download the archive again, or unpack it and choose its folder.',
  'unsafe-archive': 'Unpack the archive yourself and choose the folder of the dataset.',
  'archive-too-large': 'Unpack the archive yourself and choose the folder of the dataset.',
  'sparse-ids': 'NCF files number users and items from 0 without gaps: import the table they were made from.',
  'upload-failed': 'Check that the files can be read and that the disk has room, then choose them again.',
  'upload-not-found': 'Drop or choose the files again.',
  'connection-lost': 'Wait until the connection is back, then choose the files again.',
  crashed: 'Import it again. If it happens twice, the machine may lack memory for this dataset.',
  'disk-full': 'Free some space, then import again.',
}

/** What to do next, in a sentence. */
export function importAdvice(code: string): string {
  return ADVICE[code] ?? 'Mend what is named above, then choose the source again.'
}

/** The place that a reader's message opens with, and the rest: "u.data, line 7: ..." */
export function splitPlace(message: string): { place?: string; rest: string } {
  const match = /^(\S.{0,300}?, line \d+): (.*)$/s.exec(message)
  return match ? { place: match[1], rest: match[2] } : { rest: message }
}
