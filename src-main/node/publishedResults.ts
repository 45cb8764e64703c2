import { readFile } from 'node:fs/promises'
import { parsePublishedResults, type PublishedResult } from '../core/run/publishedResults.ts'
import { RecordError } from '../core/run/recordError.ts'
import { bundledFile } from './bundledFiles.ts'

/** Reads and validates the published results that come with the program. Throws RecordError, or Node's own error. */
export async function loadPublishedResults(
  file = bundledFile('resources/published-results.json'),
): Promise<PublishedResult[]> {
  return parsePublishedResults(parseJson(await readFile(file, 'utf8'), file))
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new RecordError('invalid-record', `${file} is not valid JSON: ${(error as Error).message}.`)
  }
}
