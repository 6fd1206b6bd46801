// The little work that the server asks of everybody while it is flooded: a number so that
// SHA-256("<challenge>:<number>") begins with enough zero bits. In slices, so that the page stays
// alive: `trusted-types 'none'` allows no Worker, and plain HTTP has no crypto.subtle.
const SLICE = 12; // ms of work between two breaths
const primes = [];
for (let n = 2; primes.length < 64; n += 1) if (primes.every((p) => n % p)) primes.push(n);
const fraction = (x) => ((x - Math.floor(x)) * 2 ** 32) | 0;
const START = primes.slice(0, 8).map((p) => fraction(Math.sqrt(p)));
const ROUNDS = primes.map((p) => fraction(Math.cbrt(p)));
const schedule = new Int32Array(64);
const turned = (x, n) => (x >>> n) | (x << (32 - n));

/** One block of 64 bytes into the eight words of `hash` (FIPS 180-4). */
function compress(hash, block) {
  for (let i = 0; i < 16; i += 1) schedule[i] = block.getInt32(4 * i);
  for (let i = 16; i < 64; i += 1) {
    const [a, b] = [schedule[i - 15], schedule[i - 2]];
    const low = turned(a, 7) ^ turned(a, 18) ^ (a >>> 3);
    const high = turned(b, 17) ^ turned(b, 19) ^ (b >>> 10);
    schedule[i] = (schedule[i - 16] + low + schedule[i - 7] + high) | 0;
  }
  let [a, b, c, d, e, f, g, h] = hash;
  for (let i = 0; i < 64; i += 1) {
    const s1 = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + ROUNDS[i] + schedule[i]) | 0;
    const s0 = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  const added = [a, b, c, d, e, f, g, h];
  for (let i = 0; i < 8; i += 1) hash[i] = (hash[i] + added[i]) | 0;
}

/** The first 32 bits of the SHA-256 of an ASCII text. */
function firstWord(text) {
  const size = (((text.length + 8) >> 6) + 1) << 6;
  const bytes = new Uint8Array(size);
  for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
  bytes[text.length] = 0x80;
  const view = new DataView(bytes.buffer);
  view.setUint32(size - 4, text.length * 8);
  const hash = Int32Array.from(START);
  for (let at = 0; at < size; at += 64) compress(hash, new DataView(bytes.buffer, at, 64));
  return hash[0];
}

/** The proof of a challenge, or null when `stop()` says that nobody waits for it any more. */
export async function solved(challenge, stop) {
  const bits = Number.parseInt(challenge, 10);
  for (let number = 0; !stop(); ) {
    const until = performance.now() + SLICE;
    while (performance.now() < until) {
      for (let i = 0; i < 50; i += 1, number += 1) {
        const proof = `${challenge}:${number}`;
        if (Math.clz32(firstWord(proof)) >= bits) return proof;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return null;
}
