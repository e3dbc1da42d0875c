// node --import ./scripts/die-with-parent.mjs: the parent holds this process's stdin open as a pipe.
// When the parent is gone, also by kill -9, the pipe ends and this process stops as if it was asked to.
import { fstatSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

// What this process forks inherits its node options, but not that pipe.
const here = fileURLToPath(import.meta.url)
const at = process.execArgv.findIndex((option) => option === here || option.endsWith('/die-with-parent.mjs'))
if (at > 0) process.execArgv.splice(at - 1, 2)

const stdin = fstatSync(0)
if (stdin.isFIFO() || stdin.isSocket()) {
  process.stdin.on('end', stop).on('error', stop).resume()
  process.stdin.unref?.()
}

function stop() {
  process.kill(process.pid, 'SIGTERM')
}
