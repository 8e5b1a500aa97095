#include "process.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static double ticks(void) { return (double)sysconf(_SC_CLK_TCK); }

static void add_times(int pid, struct process_usage *usage) {
    char path[64], line[1024];
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *file = fopen(path, "r");
    if (file == NULL) return;
    unsigned long user = 0, system = 0;
    char *name_end = fgets(line, sizeof line, file) ? strrchr(line, ')') : NULL;
    // Fields 14 and 15; the command's name, field 2, may hold anything, so they are counted from its end.
    if (name_end && sscanf(name_end + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system) == 2) {
        usage->user += (double)user / ticks();
        usage->cpu += (double)(user + system) / ticks();
    }
    fclose(file);
}

static void add_status(const char *path, struct process_usage *usage, bool memory) {
    char line[256];
    long value;
    FILE *file = fopen(path, "r");
    if (file == NULL) return;
    while (fgets(line, sizeof line, file)) {
        if (memory && sscanf(line, "VmRSS: %ld", &value) == 1) usage->resident_kib += value;
        if (memory && sscanf(line, "VmHWM: %ld", &value) == 1) usage->peak_kib += value;
        if (!memory && sscanf(line, "voluntary_ctxt_switches: %ld", &value) == 1) usage->switches += value;
        if (!memory && sscanf(line, "nonvoluntary_ctxt_switches: %ld", &value) == 1) usage->switches += value;
    }
    fclose(file);
}

static void add_process(int pid, struct process_usage *usage, int depth);

static void add_descendants(const char *task, struct process_usage *usage, int depth) {
    char path[320];
    int child;
    snprintf(path, sizeof path, "%s/children", task);
    FILE *file = fopen(path, "r");
    if (file == NULL) return;
    while (fscanf(file, "%d", &child) == 1) add_process(child, usage, depth + 1);
    fclose(file);
}

static void add_process(int pid, struct process_usage *usage, int depth) {
    char path[320], task[300];
    if (depth > 8) return;
    add_times(pid, usage);
    snprintf(path, sizeof path, "/proc/%d/status", pid);
    add_status(path, usage, true);
    snprintf(path, sizeof path, "/proc/%d/task", pid);
    DIR *directory = opendir(path);
    if (directory == NULL) return;
    for (struct dirent *entry; (entry = readdir(directory));) {
        if (entry->d_name[0] == '.') continue;
        snprintf(task, sizeof task, "/proc/%d/task/%.200s", pid, entry->d_name);
        snprintf(path, sizeof path, "%s/status", task);
        add_status(path, usage, false);
        add_descendants(task, usage, depth);
    }
    closedir(directory);
}

struct process_usage process_usage(int pid) {
    struct process_usage usage = {0};
    if (pid > 0) add_process(pid, &usage, 0);
    return usage;
}

double own_cpu(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

double machine_cpu(void) {
    unsigned long user = 0, nice = 0, system = 0, interrupt = 0, soft = 0;
    FILE *file = fopen("/proc/stat", "r");
    if (file == NULL) return 0;
    if (fscanf(file, "cpu %lu %lu %lu %*u %*u %lu %lu", &user, &nice, &system, &interrupt, &soft) != 5) user = 0;
    fclose(file);
    return (double)(user + nice + system + interrupt + soft) / ticks();
}
