# Reference values for networks: contrast-based models by rma.mv, with the covariances of the
# contrasts of a trial. Run from the root of the repository: Rscript validation/networks.R
# Needs metafor and metadat (Debian: r-cran-metafor, r-cran-metadat). About a minute.
suppressMessages(library(metafor))

num <- function(x) ifelse(is.na(x), "null", sprintf("%.17g", x))
json <- function(x) {
  if (is.list(x)) return(paste0("{", paste0("\"", names(x), "\":", vapply(x, json, ""), collapse = ","), "}"))
  if (is.character(x)) return(paste0("[", paste0("\"", x, "\"", collapse = ","), "]"))
  paste0("[", paste(num(as.vector(x)), collapse = ","), "]")
}

# Arms of each data set: study, treatment, events and n, or mean, sd and n.
binary <- function(study, treatment, events, n)
  data.frame(study = as.character(study), treatment = as.character(treatment), events = events, n = n)
sets <- list(
  dong2013 = with(dat.dong2013, binary(id, treatment, death, randomized)),
  hasselblad1998 = with(dat.hasselblad1998, binary(study, trt, xi, ni)),
  woods2010 = with(dat.woods2010, binary(author, treatment, r, N)),
  pagliaro1992 = with(dat.pagliaro1992, binary(study, trt, xi, ni)),
  senn2013 = with(dat.senn2013, data.frame(study = as.character(study), treatment = as.character(treatment),
    mean = mi, sd = sdi, n = ni)))
# The value of an arm and its variance: log odds or mean. A trial with a zero gains 1/2 a cell.
arms_of <- function(d) {
  if (!is.null(d$mean)) { d$y <- d$mean; d$v <- d$sd^2 / d$n; return(d) }
  for (s in unique(d$study)) {
    here <- d$study == s
    extra <- if (any(d$events[here] == 0 | d$events[here] == d$n[here])) 0.5 else 0
    a <- d$events[here] + extra; b <- d$n[here] - d$events[here] + extra
    d$y[here] <- log(a / b); d$v[here] <- 1 / a + 1 / b
  }
  d
}

# Contrasts with the first arm of each trial.
contrasts_of <- function(d, treatments) {
  y <- c(); X <- NULL; V <- matrix(0, 0, 0); trial <- c(); inner <- c()
  for (s in unique(d$study)) {
    own <- d[d$study == s, ]; k <- nrow(own) - 1
    block <- own$v[1] + diag(own$v[-1], k)
    for (n in seq_len(k)) {
      row <- setNames(numeric(length(treatments)), treatments)
      row[own$treatment[n + 1]] <- 1; row[own$treatment[1]] <- -1
      y <- c(y, own$y[n + 1] - own$y[1]); X <- rbind(X, row)
    }
    V <- rbind(cbind(V, matrix(0, nrow(V), k)), cbind(matrix(0, k, ncol(V)), block))
    trial <- c(trial, rep(s, k)); inner <- c(inner, seq_len(k))
  }
  list(y = y, X = X[, -1, drop = FALSE], V = V, trial = trial, inner = inner, all = X)
}

tight <- list(optimizer = "optim", optmethod = "BFGS", reltol = 1e-15, maxit = 10000)
fit <- function(net, method, X = net$X) {
  d <- data.frame(y = net$y, trial = net$trial, inner = factor(net$inner))
  one <- nlevels(d$inner) == 1
  if (one) rma.mv(y, net$V, mods = X, intercept = FALSE, random = ~ 1 | trial, data = d, method = method, control = tight)
  else rma.mv(y, net$V, mods = X, intercept = FALSE, random = ~ inner | trial, rho = 0.5, data = d, method = method, control = tight)
}
told <- function(f) list(
  tau2 = if (f$withG) f$tau2[1] else if (f$withS) f$sigma2[1] else 0,
  estimate = as.vector(coef(f)), standard_error = f$se, q = f$QE, q_df = f$k - f$p, q_p = f$QEp)

cases <- c()
for (name in names(sets)) {
  d <- arms_of(sets[[name]])
  treatments <- unique(d$treatment)
  treatments <- treatments[order(tolower(treatments), treatments)]
  net <- contrasts_of(d, treatments)
  expected <- list(treatments = treatments)
  expected$REML <- told(fit(net, "REML"))
  expected$ML <- told(fit(net, "ML"))
  # A covariate of the trial, the logarithm of its size, common to all treatments against the first.
  size <- tapply(d$n, d$study, sum)
  x <- log(size[net$trial])
  slope <- -net$all[, 1] * x
  if (qr(cbind(net$X, slope))$rank == ncol(net$X) + 1)
    expected$log_size <- told(fit(net, "REML", cbind(net$X, slope = slope)))
  kept <- intersect(c("study", "treatment", "events", "n", "mean", "sd"), names(d))
  cases <- c(cases, sprintf("{\"name\":\"%s\",\n\"data\":%s,\n\"expected\":%s}", name, json(as.list(d[kept])), json(expected)))
}
out <- sprintf("{\"made_with\":\"R %s, metafor %s, metadat %s\",\n\"cases\":[\n%s\n]}\n",
  getRversion(), packageVersion("metafor"), packageVersion("metadat"), paste(cases, collapse = ",\n"))
dir.create("tests/reference/networks", showWarnings = FALSE)
writeLines(out, "tests/reference/networks/rma_mv.json", sep = "")
