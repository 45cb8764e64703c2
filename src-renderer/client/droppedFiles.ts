/** A file with its path within what was dropped or chosen. */
export interface NamedFile {
  path: string
  file: File
}

function entryFile(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject))
}

async function folderEntries(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader()
  const entries: FileSystemEntry[] = []
  for (;;) {
    // Chromium answers at most 100 at a time; an empty answer is the end.
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    )
    if (batch.length === 0) return entries
    entries.push(...batch)
  }
}

async function filesUnder(entry: FileSystemEntry): Promise<NamedFile[]> {
  if (entry.isFile) {
    const file = await entryFile(entry as FileSystemFileEntry)
    return [{ path: entry.fullPath.replace(/^\//, ''), file }]
  }
  const entries = await folderEntries(entry as FileSystemDirectoryEntry)
  return (await Promise.all(entries.map(filesUnder))).flat()
}

/** What was dropped, read before the first wait: the list of a drop is emptied after it. */
export interface Drop {
  /** Of the first item: where it lies if the shell can say. */
  file: File | undefined
  count: number
  /** All files, those in folders with their path. */
  files(): Promise<NamedFile[]>
}

/** Reads a drop; call it within the event. */
export function readDrop(transfer: DataTransfer): Drop {
  const items = [...transfer.items].filter((item) => item.kind === 'file')
  const entries = items.map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null)
  const plain = [...transfer.files]
  return {
    file: items[0]?.getAsFile() ?? plain[0],
    count: items.length,
    files: async () =>
      entries.length > 0
        ? (await Promise.all(entries.map(filesUnder))).flat()
        : plain.map((file) => ({ path: file.name, file })),
  }
}

/** The files of an <input type="file">, with `webkitdirectory` or without. */
export function chosenFiles(input: HTMLInputElement): NamedFile[] {
  return [...(input.files ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file }))
}
