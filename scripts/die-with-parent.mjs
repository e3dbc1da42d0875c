// node --import ./scripts/die-with-parent.mjs: the parent holds this process's stdin open as a pipe.
// When the parent is gone, also by kill -9, the pipe ends and this process stops as if it was asked to.
process.stdin.on('end', stop).on('error', stop).resume();
process.stdin.unref?.();

function stop() {
  process.kill(process.pid, 'SIGTERM');
}
