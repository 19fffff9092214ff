const PRIMES = [
  3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107,
  109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
] as const;

/** The powers of 65537 modulo `prime`. */
function powers(prime: number): ReadonlySet<number> {
  const generator = 65_537 % prime;
  const found = new Set<number>();
  for (let power = 1; !found.has(power); power = (power * generator) % prime) found.add(power);
  return found;
}

const SUBGROUPS = PRIMES.map((prime) => ({ prime: BigInt(prime), powers: powers(prime) }));

/**
 * Whether an RSA modulus was made by the faulty library behind CVE-2017-15361 (ROCA), whose keys can be factored: its
 * primes, and so their product, are powers of 65537 modulo every small prime. Another modulus is so by chance once in
 * more than 10^8 cases.
 */
export function isRocaModulus(modulus: bigint): boolean {
  return SUBGROUPS.every((subgroup) => subgroup.powers.has(Number(modulus % subgroup.prime)));
}
