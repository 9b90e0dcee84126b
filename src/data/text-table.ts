/**
 * Numbers texts in the order in which they come, each with the number of its owner: an open-addressing table of integers
 * beside the texts themselves. It keeps about 30 bytes for each, and goes on beyond 2²⁴, where a `Map` and a `Set` end.
 */
export interface TextTable {
  /** The place of a text of an owner; where it is new, the next free place, `size` before. */
  place(owner: number, text: string): number;
  /** How many there are. */
  readonly size: number;
}

const FEWEST_SLOTS = 16;
/** Beyond so many neighbours, texts were chosen to collide: they go to a `Map`, whose hash nobody can foresee. */
const MOST_STEPS = 64;

export function textTable(): TextTable {
  let slots = new Int32Array(FEWEST_SLOTS).fill(-1);
  let hashes = new Int32Array(FEWEST_SLOTS / 2);
  let owners = new Int32Array(FEWEST_SLOTS / 2);
  const texts: string[] = [];
  const crowded = new Map<string, number>();

  const grow = () => {
    const length = 2 * slots.length;
    slots = new Int32Array(length).fill(-1);
    const [more, others] = [new Int32Array(length / 2), new Int32Array(length / 2)];
    more.set(hashes);
    others.set(owners);
    hashes = more;
    owners = others;
    for (let place = 0; place < texts.length; place += 1) settle(place);
  };
  /** Gives a place its slot, unless all of its neighbourhood is taken. */
  const settle = (place: number) => {
    const mask = slots.length - 1;
    const hash = hashes[place] ?? 0;
    for (let step = 0; step < MOST_STEPS; step += 1) {
      const slot = (hash + step) & mask;
      if (slots[slot] !== -1) continue;
      slots[slot] = place;
      return;
    }
    crowded.set(`${owners[place]} ${texts[place]}`, place);
  };

  return {
    get size() {
      return texts.length;
    },
    place(owner, text) {
      const hash = hashOf(owner, text);
      const mask = slots.length - 1;
      for (let step = 0; step < MOST_STEPS; step += 1) {
        const known = slots[(hash + step) & mask] ?? -1;
        if (known === -1) break;
        if (hashes[known] === hash && owners[known] === owner && texts[known] === text)
          return known;
      }
      const known = crowded.size === 0 ? undefined : crowded.get(`${owner} ${text}`);
      if (known !== undefined) return known;
      const next = texts.length;
      if (next === hashes.length) grow();
      hashes[next] = hash;
      owners[next] = owner;
      texts.push(text);
      settle(next);
      return next;
    },
  };
}

/** A hash of 32 bits: FNV-1a over code units, with its bits mixed by the finalizer of MurmurHash3. */
function hashOf(owner: number, text: string): number {
  let hash = 0x811c9dc5 ^ owner;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
