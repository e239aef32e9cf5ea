// Package house holds no code: its tests keep the rules of the project's structure, such
// as which package may import which.
package house
