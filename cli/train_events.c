// SPDX-License-Identifier: MIT
#include "train_events.h"

#include <string.h>

// The first picture that is not trained on.
static fovea_status take_picture(const cli_training *t, fovea_tensor **picture,
                                 fovea_error *error) {
    const fovea_dataset *set = t->test ? t->test : t->validation ? t->validation : t->training;
    fovea_shape shape = fovea_dataset_shape(set);
    fovea_context *context = fovea_graph_context(fovea_model_graph(t->model));
    CLI_TRY(fovea_tensor_create(context, FOVEA_U8, &shape, picture, error));
    memcpy(fovea_tensor_view(*picture).data, fovea_dataset_picture(set, 0),
           (size_t)fovea_shape_count(&shape));
    return FOVEA_OK;
}

static fovea_status look(const cli_train_events *events, const cli_training *t,
                         const fovea_trainer *trainer, fovea_error *error) {
    return fovea_event_log_look(events->log, t->model, events->picture,
                                fovea_trainer_updates(trainer), error);
}

fovea_status cli_events_begin(const cli_run_folder *folder, const cli_training *t,
                              const fovea_trainer *trainer, cli_train_events *events,
                              fovea_error *error) {
    char path[PATH_MAX];
    int64_t done = fovea_trainer_updates(trainer);
    fovea_context *context = fovea_graph_context(fovea_model_graph(t->model));
    cli_run_file(folder, CLI_EVENTS, path);
    if (done == 0) CLI_TRY(cli_run_remove_events(path, error));
    CLI_TRY(take_picture(t, &events->picture, error));
    CLI_TRY(fovea_event_log_create(context, path, done > 0 ? done + 1 : 0, &events->log, error));
    return done == 0 ? look(events, t, trainer, error) : FOVEA_OK;
}

bool cli_events_step(cli_train_events *events, const fovea_progress *progress) {
    if (events->log && events->status == FOVEA_OK)
        events->status = fovea_event_log_progress(events->log, progress, &events->error);
    return events->status == FOVEA_OK;
}

fovea_status cli_events_flush(cli_train_events *events, fovea_error *error) {
    if (!events->log) return FOVEA_OK;
    if (events->status == FOVEA_OK) return fovea_event_log_flush(events->log, error);
    *error = events->error;
    return events->status;
}

fovea_status cli_events_epoch(cli_train_events *events, const cli_training *t,
                              const fovea_trainer *trainer, fovea_error *error) {
    if (!events->log) return FOVEA_OK;
    CLI_TRY(fovea_event_log_epoch(events->log, trainer, error));
    CLI_TRY(look(events, t, trainer, error));
    return cli_events_flush(events, error);
}

void cli_events_end(cli_train_events *events) {
    fovea_event_log_free(events->log);
    fovea_tensor_free(events->picture);
    *events = (cli_train_events){0};
}
