#pragma once
#include <git2.h>
#include <git2/sys/transport.h>

// `git_libgit2_opts` is variadic, which Swift does not import: one inline function per option that is used.

static inline int flotilla_git_set_search_path(int level, const char *path) {
  return git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, path);
}

static inline int flotilla_git_set_owner_validation(int enabled) {
  return git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, enabled);
}

static inline int flotilla_git_set_fsync(int enabled) {
  return git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, enabled);
}

static inline int flotilla_git_set_mapped_limit(size_t bytes) {
  return git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, bytes);
}

static inline int flotilla_git_set_mapped_files(size_t files) {
  return git_libgit2_opts(GIT_OPT_SET_MWINDOW_FILE_LIMIT, files);
}

static inline int flotilla_git_set_cache_size(ssize_t bytes) {
  return git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, bytes);
}

static inline int flotilla_git_set_extensions(const char *const *names, size_t count) {
  return git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, names, count);
}

/// libgit2 hands these structures back to their callbacks; the extra pointer leads to the Swift object behind each.
typedef struct flotilla_subtransport {
  git_smart_subtransport base;
  void *object;
} flotilla_subtransport;

typedef struct flotilla_stream {
  git_smart_subtransport_stream base;
  void *object;
} flotilla_stream;
