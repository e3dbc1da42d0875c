import type { Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { Fault } from '@/lib/kernel/fault'

/**
 * Reads a body up to `limit` bytes counted after decompression, so that a small bomb is stopped while it unfolds.
 * @throws Fault `outbound_too_large`, `outbound_unreadable` for an encoding we did not ask for.
 */
export async function readBody(body: Readable, encoding: string | undefined, limit: number): Promise<Buffer> {
  const plain = decoded(body, encoding)
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of plain) {
      size += (chunk as Buffer).length
      if (size > limit) throw new Fault('outbound_too_large', 502, `The answer is larger than ${limit} bytes.`)
      chunks.push(chunk as Buffer)
    }
  } finally {
    plain.destroy()
    body.destroy()
  }
  return Buffer.concat(chunks)
}

function decoded(body: Readable, encoding: string | undefined): Readable {
  const name = (encoding ?? 'identity').trim().toLowerCase()
  if (name === 'identity' || name === '') return body
  const unpack = name === 'gzip' || name === 'x-gzip' ? createGunzip() : name === 'br' ? createBrotliDecompress() : name === 'deflate' ? createInflate() : null
  if (unpack === null) throw new Fault('outbound_unreadable', 502, 'The answer is compressed in a way that was not asked for.')
  body.on('error', (error) => unpack.destroy(error))
  return body.pipe(unpack)
}
