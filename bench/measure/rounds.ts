/**
 * Interleaved rounds: in each round every contender runs once, and the order turns by one each time, so that none is
 * always first on a warm disk or last on a tired one. Returns each contender's samples in the order of the rounds.
 */
export async function interleaved<Name extends string, Sample>(
  contenders: readonly Name[],
  rounds: number,
  run: (name: Name, round: number) => Promise<Sample>,
): Promise<Record<Name, Sample[]>> {
  const samples = Object.fromEntries(contenders.map((name) => [name, [] as Sample[]])) as Record<Name, Sample[]>
  for (let round = 0; round < rounds; round++) {
    const first = round % contenders.length
    for (const name of [...contenders.slice(first), ...contenders.slice(0, first)]) samples[name].push(await run(name, round))
  }
  return samples
}
