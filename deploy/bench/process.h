// What the kernel says about a server and about the machine, from /proc.
#pragma once
#include <stdbool.h>

struct process_usage {
    double cpu, user;             // seconds of all threads, of the process and its descendants
    long resident_kib, peak_kib;  // added up over them
    long switches;                // context switches of all threads
};

// The server, and every process that it started.
struct process_usage process_usage(int pid);

double own_cpu(void);
// Seconds that all processors together have been busy since the machine started.
double machine_cpu(void);
