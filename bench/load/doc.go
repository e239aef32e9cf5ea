// Command load measures the running program over HTTP, each figure in the same run: what
// a bare chi handler with the same bytes answers in a second, what the program answers
// from its cache and with a plan for every request, its percentiles at half of that, and
// the memory of a batch and of the largest import.
//
//	go -C bench run ./load                  all of it, about two minutes
//	go -C bench run ./load -seconds 30      longer, for quieter figures
//
// Beside requests a second it prints the CPU time that the server took for one, which
// other work on the machine does not change. It needs /proc, so Linux.
package main
