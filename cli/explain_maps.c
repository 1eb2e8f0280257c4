// SPDX-License-Identifier: MIT
#include "explain_maps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clean_text.h"
#include "explain_trust.h"
#include "progress_line.h"

// A request as one net sees it.
typedef struct net_job {
    const cli_call *cli;
    cli_explain_maps *maps;
    int index;
    const cli_explain_net *net;
    fovea_value *layer;  // of this net's graph; NULL: its own choice
    int32_t layers;
    const fovea_view *baseline;
    cli_progress_line *line;
} net_job;

static void free_explained(cli_explained *explained) {
    fovea_attribution_free(explained->attribution);
    free(explained->trust);
    free(explained->advice);
}

static fovea_status keep(cli_explain_maps *maps, cli_explained explained, fovea_error *error) {
    if (maps->count == maps->capacity) {
        int capacity = 2 * maps->capacity + 16;
        cli_explained *grown = realloc(maps->item, (size_t)capacity * sizeof *grown);
        if (!grown) {
            free_explained(&explained);
            return cli_fail(error, FOVEA_OUT_OF_MEMORY, "out of memory");
        }
        maps->item = grown;
        maps->capacity = capacity;
    }
    maps->item[maps->count++] = explained;
    return FOVEA_OK;
}

// The target's number in this net: by name where both nets have names.
static fovea_status find_output(const net_job *job, int target, int32_t *output,
                                fovea_error *error) {
    const cli_explain_net *first = &job->maps->net[0];
    *output = job->maps->request->target[target];
    if (job->index == 0) return FOVEA_OK;
    const char *name = fovea_model_class_name(first->model, *output);
    if (name && *name && fovea_model_class_count(job->net->model) > 0)
        return cli_explain_target("target", name, job->net, output, error);
    if (*output < job->net->outputs) return FOVEA_OK;
    return cli_fail(error, FOVEA_INVALID_ARGUMENT, "%s has %d outputs, no number %d",
                    job->net->name, job->net->outputs, *output);
}

// Maps of one method and target at all layers: `made` receives `count`, which the caller frees.
static fovea_status compute_layers(const net_job *job, const fovea_explain_options *options,
                                   bool layered, int32_t count, cli_explained *made,
                                   fovea_error *error) {
    fovea_view x = fovea_tensor_view(job->net->x);
    fovea_attribution **maps = calloc((size_t)count, sizeof(fovea_attribution *));
    if (!maps) return cli_fail(error, FOVEA_OUT_OF_MEMORY, "out of memory");
    fovea_status status =
        layered
            ? fovea_explain_layers(job->net->explainer, &x, options, job->layer, count, maps, error)
            : fovea_explain(job->net->explainer, &x, options, &maps[0], error);
    for (int32_t l = 0; l < count; l++) made[l].attribution = maps[l];
    if (status == FOVEA_OK)
        status = cli_explain_judge(job->cli, job->net, job->maps->request->trust, options, made,
                                   count, error);
    free(maps);
    return status;
}

static fovea_status compute_target(const net_job *job, int method, int target, fovea_error *error) {
    const cli_explain_request *request = job->maps->request;
    fovea_explain_options options = request->options[method];
    bool layered = request->method[method]->has_layer && job->layers > 0;
    int32_t count = layered ? job->layers : 1, output;
    CLI_TRY(find_output(job, target, &output, error));
    options.target = output;
    options.baseline = request->method[method]->uses_baseline ? job->baseline : NULL;
    cli_explained *made = calloc((size_t)count, sizeof *made);
    if (!made) return cli_fail(error, FOVEA_OUT_OF_MEMORY, "out of memory");
    fovea_status status = compute_layers(job, &options, layered, count, made, error);
    for (int32_t l = 0; l < count; l++) {
        made[l].net = job->index;
        made[l].method = method;
        made[l].layer = l;
        made[l].target = target;
        made[l].output = output;
        if (status == FOVEA_OK)
            status = keep(job->maps, made[l], error);
        else
            free_explained(&made[l]);
    }
    free(made);
    return status;
}

// Of all methods those that do not suit the net are passed over.
static fovea_status compute_method(const net_job *job, int method, fovea_error *error) {
    const cli_explain_request *request = job->maps->request;
    for (int t = 0; t < request->targets; t++) {
        fovea_error why;
        fovea_status status = compute_target(job, method, t, &why);
        bool unsuited = status == FOVEA_INVALID_ARGUMENT || status == FOVEA_UNSUPPORTED;
        if (unsuited && request->all) {
            cli_progress_clear(job->line);
            cli_note(job->cli, "%s is left out: %s", request->method[method]->name, why.text);
            return FOVEA_OK;
        }
        if (status != FOVEA_OK) {
            *error = why;
            return status;
        }
    }
    return FOVEA_OK;
}

static fovea_status compute_net(const net_job *job, fovea_error *error) {
    const cli_explain_request *request = job->maps->request;
    if (job->index > 0 && job->layers != request->layers)
        return cli_fail(error, FOVEA_INVALID_ARGUMENT, "--layer means %d layers in %s, %d in %s",
                        request->layers, job->maps->net[0].name, job->layers, job->net->name);
    for (int m = 0; m < request->methods; m++) {
        cli_progress_tell(job->line, "%s%d/%d %s", job->index ? "second net " : "", m + 1,
                          request->methods, request->method[m]->name);
        CLI_TRY(compute_method(job, m, error));
    }
    if (job->maps->count) return FOVEA_OK;
    return cli_fail(error, FOVEA_INVALID_ARGUMENT, "no method is for %s", job->net->name);
}

static fovea_status start_net(net_job *job, fovea_error *error) {
    fovea_tensor *baseline = NULL;
    fovea_view view;
    CLI_TRY(cli_explain_layers(job->cli, job->net, &job->layer, &job->layers, error));
    fovea_status status = cli_explain_baseline(job->cli, job->net, &baseline, error);
    if (baseline) {
        view = fovea_tensor_view(baseline);
        job->baseline = &view;
    }
    if (status == FOVEA_OK) status = compute_net(job, error);
    fovea_tensor_free(baseline);
    free(job->layer);
    return status;
}

fovea_status cli_explain_compute(const cli_call *cli, const cli_explain_request *request,
                                 const cli_explain_net *net, int nets, cli_explain_maps *maps,
                                 fovea_error *error) {
    *maps = (cli_explain_maps){.request = request, .net = net, .nets = nets};
    cli_progress_line line;
    cli_progress_begin(cli, &line);
    fovea_status status = FOVEA_OK;
    for (int n = 0; status == FOVEA_OK && n < nets; n++) {
        net_job job = {.cli = cli, .maps = maps, .index = n, .net = &net[n], .line = &line};
        status = start_net(&job, error);
    }
    cli_progress_clear(&line);
    return status;
}

void cli_explain_maps_free(cli_explain_maps *maps) {
    for (int i = 0; i < maps->count; i++) free_explained(&maps->item[i]);
    free(maps->item);
    maps->item = NULL;
    maps->count = 0;
}

const cli_explained *cli_explain_find(const cli_explain_maps *maps, int net, int method, int layer,
                                      int target) {
    for (int i = 0; i < maps->count; i++) {
        const cli_explained *e = &maps->item[i];
        if (e->net == net && e->method == method && e->layer == layer && e->target == target)
            return e;
    }
    return NULL;
}

int cli_explain_layer_count(const cli_explain_maps *maps, int method) {
    const cli_explain_request *request = maps->request;
    return request->method[method]->has_layer && request->layers ? request->layers : 1;
}

// Arranged for the figure

enum { MOST_ROWS = 3 };  // layers or methods below each other in a single column

static bool by_layer(const cli_explain_maps *maps) {
    return maps->request->layers > MOST_ROWS;
}

static void set_words(const cli_explain_maps *maps, const cli_explained *e, fovea_heat *heat,
                      cli_heat_words words) {
    const cli_explain_net *net = &maps->net[e->net];
    cli_explain_net_class(net, e->output, words[0], 160);
    heat->target = words[0];
    if (maps->nets < 2) return;
    const char *file = strrchr(net->name, '/');
    heat->net = cli_clean(words[1], 160, file && file[1] ? file + 1 : net->name);
}

static void put_heat(const cli_explain_maps *maps, cli_explain_heats *heats, int row,
                     const cli_explained *e, const cli_explained *minus) {
    int i = heats->count++;
    fovea_heat *heat = &heats->heat[i];
    *heat = (fovea_heat){.attribution = e->attribution,
                         .note = *e->note ? e->note : NULL,
                         .remark = *e->remark ? e->remark : NULL,
                         .row = row};
    set_words(maps, e, heat, heats->words[i]);
    if (heats->across)
        heat->heading = by_layer(maps) ? e->attribution->layer_name : e->attribution->method->title;
    if (!minus) return;
    heat->minus = minus->attribution;
    heat->note = heat->remark = NULL;
}

// Two nets have a row for each target.
static void put_row(const cli_explain_maps *maps, cli_explain_heats *heats, int *row, int method,
                    int layer) {
    const cli_explain_request *request = maps->request;
    for (int t = 0; t < request->targets; t++) {
        const cli_explained *a = cli_explain_find(maps, 0, method, layer, t), *b = NULL;
        if (!a) continue;
        put_heat(maps, heats, *row, a, NULL);
        if (maps->nets > 1) b = cli_explain_find(maps, 1, method, layer, t);
        if (!b) continue;
        put_heat(maps, heats, *row, b, NULL);
        put_heat(maps, heats, *row, a, b);
        *row += t + 1 < request->targets;
    }
    if (request->difference && cli_explain_find(maps, 0, method, layer, 1))
        put_heat(maps, heats, *row, cli_explain_find(maps, 0, method, layer, 0),
                 cli_explain_find(maps, 0, method, layer, 1));
}

fovea_status cli_explain_arrange(const cli_explain_maps *maps, cli_explain_heats *heats,
                                 fovea_error *error) {
    const cli_explain_request *request = maps->request;
    int row = 0;
    size_t most = 2 * (size_t)maps->count + 1;
    *heats = (cli_explain_heats){.heat = calloc(most, sizeof *heats->heat),
                                 .words = calloc(most, sizeof *heats->words)};
    if (!heats->heat || !heats->words) return cli_fail(error, FOVEA_OUT_OF_MEMORY, "out of memory");
    bool column = maps->nets == 1 && request->targets == 1, layers = by_layer(maps);
    heats->across = column && (layers || (request->layers <= 1 && request->methods > MOST_ROWS));
    for (int m = 0; m < request->methods; m++)
        for (int l = 0; l < cli_explain_layer_count(maps, m); l++) {
            put_row(maps, heats, &row, m, l);
            bool last = l + 1 == cli_explain_layer_count(maps, m);
            if (!heats->across || (layers && last)) row++;
        }
    return FOVEA_OK;
}

void cli_explain_heats_free(cli_explain_heats *heats) {
    free(heats->heat);
    free(heats->words);
}
