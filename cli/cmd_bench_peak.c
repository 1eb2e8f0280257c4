// SPDX-License-Identifier: MIT
// fovea bench peak: what this machine can do at most.
#include <stdio.h>

#include "command.h"
#include "json_output.h"

static const cli_option options[] = {
    {"seconds", 0, "S", "2", "how long to measure, 0.05 to 60"},
    {"arithmetic", 0, NULL, NULL, "multiply-adds alone, no memory"},
    CLI_END};

static const char *const places[4] = {"16 KiB", "512 KiB", "8 MiB", "256 MiB"};

static void print_json(const cli_call *cli, const fovea_peak *peak) {
    cli_json json;
    cli_json_start(&json, stdout, "bench peak");
    cli_json_text(&json, "cpu", fovea_context_cpu_name(cli->context));
    cli_json_text(&json, "kernels", fovea_context_cpu(cli->context));
    cli_json_integer(&json, "threads", peak->threads);
    cli_json_real(&json, "gflops_one_thread", peak->one_thread);
    cli_json_real(&json, "gflops_all_threads", peak->all_threads);
    cli_json_real(&json, "spread", peak->spread);
    if (!cli_flag(cli, "arithmetic")) {
        cli_json_reals(&json, "read_gb", peak->read, 4);
        cli_json_real(&json, "read_gb_all_threads", peak->read_all);
    }
    cli_json_end(&json);
}

static fovea_status run(cli_call *cli, fovea_error *error) {
    double seconds;
    fovea_peak peak;
    CLI_TRY(cli_real(cli, "seconds", 0.05, 60, &seconds, error));
    bool arithmetic = cli_flag(cli, "arithmetic");
    CLI_TRY(arithmetic ? fovea_measure_multiply_adds(cli->context, seconds, &peak, error)
                       : fovea_measure_peak(cli->context, seconds, &peak, error));
    if (cli->json) {
        print_json(cli, &peak);
        return FOVEA_OK;
    }
    printf("%s, %s kernels\n", fovea_context_cpu_name(cli->context),
           fovea_context_cpu(cli->context));
    printf("multiply-adds  1 thread   %8.1f GFLOP/s (rounds differ by %.0f %%)\n", peak.one_thread,
           100 * peak.spread);
    printf("               %d threads  %8.1f GFLOP/s\n", peak.threads, peak.all_threads);
    for (int i = 0; !arithmetic && i < 4; i++)
        printf("%-14s %-7s    %8.1f GB/s\n", i ? "" : "reading", places[i], peak.read[i]);
    if (!arithmetic) printf("               256 MiB, all threads  %.1f GB/s\n", peak.read_all);
    return FOVEA_OK;
}

const cli_command cli_bench_peak = {"bench peak",
                                    CLI_ABOUT,
                                    "",
                                    0,
                                    0,
                                    "what this machine can do at most",
                                    "Fused multiply-adds in registers, and reading from caches and "
                                    "memory: the peaks that\nspeeds are shares of.",
                                    "fovea bench peak\n",
                                    options,
                                    run};
