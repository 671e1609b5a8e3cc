/** Whether a whole number is prime, by trial division. For table sizes, not for cryptography. */
export function isPrime(number: number): boolean {
  if (number % 2 === 0) return number === 2;
  for (let divisor = 3; divisor * divisor <= number; divisor += 2) if (number % divisor === 0) return false;
  return number > 1;
}
