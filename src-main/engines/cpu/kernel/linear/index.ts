export { sweep, negate } from './sweep'
export { gram, solveRows } from './leastSquares'
