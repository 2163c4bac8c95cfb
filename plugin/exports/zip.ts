import { pipeline } from 'node:stream/promises';
import { createDeflateRaw, crc32 } from 'node:zlib';
import { Zip, type ZipInputFile } from 'fflate';

/** A file of an archive, whose parts are read on demand. */
export interface ZippedFile {
  readonly name: string;
  readonly parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** A ZIP archive, chunk by chunk. Node compresses in its thread pool, fflate writes the framing. */
export async function* zip(files: AsyncIterable<ZippedFile>): AsyncGenerator<Uint8Array> {
  const made: Uint8Array[] = [];
  const archive = new Zip((_error, chunk) => made.push(chunk));

  for await (const { name, parts } of files) {
    const entry: Entry = { filename: name, size: 0, crc: 0, compression: deflated };
    archive.add(entry);
    for await (const chunk of compressed(parts, entry)) {
      entry.ondata?.(null, chunk, false);
      yield* made.splice(0);
    }
    entry.ondata?.(null, new Uint8Array(), true);
    yield* made.splice(0);
  }
  archive.end();
  yield* made;
}

type Entry = { -readonly [Key in keyof ZipInputFile]: ZipInputFile[Key] };

/** APPNOTE.TXT §4.4.5 */
const deflated = 8;
/** Half the time of level 6, for a file a third larger. */
const level = 1;

async function* compressed(
  parts: ZippedFile['parts'],
  entry: Entry,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const deflate = createDeflateRaw({ level, chunkSize: 128 * 1024 });
  // Its errors are also thrown while reading.
  pipeline(measured(parts, entry), deflate).catch(() => {});
  yield* deflate;
}

async function* measured(parts: ZippedFile['parts'], entry: Entry): AsyncGenerator<Uint8Array> {
  for await (const part of parts) {
    entry.crc = crc32(part, entry.crc);
    entry.size += part.length;
    yield part;
  }
}
