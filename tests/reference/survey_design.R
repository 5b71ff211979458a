# Makes survey_records.csv (made-up records) and survey_design.csv (estimates of R's survey).
# Run in this folder: Rscript survey_design.R
# Made with R 4.2.2 and survey 4.1.1.
suppressPackageStartupMessages(library(survey))
set.seed(20220405)

# --- made-up records: 2 regions x 2 years and a third region seen in one year only -----------
strata <- c("S1", "S2", "S3", "S4", "S9")
rows <- list()
for (stratum in strata) {
  psus <- if (stratum == "S9") 1 else sample(4:7, 1)
  for (psu in seq_len(psus)) {
    families <- sample(6:14, 1)
    region <- switch(stratum, S1 = "17.01", S2 = "17.02", S9 = "17.02",
                     S3 = sample(c("17.01", "17.02"), families, TRUE),
                     S4 = sample(c("17.01", "17.02", "17.10"), families, TRUE, c(4, 4, 1)))
    shift <- rnorm(1, 0, 0.7)
    year <- sample(c(2021, 2022), families, TRUE)
    if (stratum == "S1" && psu == 1) year <- rep(2021, families)   # a unit without cases in 2022
    year[rep(region, length.out = families) == "17.10"] <- 2022
    in_union <- runif(families) < 0.75
    rows[[length(rows) + 1]] <- data.frame(
      region = region, year = year, stratum = stratum, psu = psu,
      weight = round(runif(families, 20, 180), 2),
      in_union = in_union,
      modern = ifelse(in_union, runif(families) < plogis(0.3 + shift), NA),
      births = rpois(families, 0.3), members = sample(1:7, families, TRUE),
      income = round(exp(rnorm(families, 1 + shift / 2, 0.6)), 3))
  }
}
records <- do.call(rbind, rows)
records$income[sample(nrow(records), 9)] <- NA
records$modern[sample(which(records$in_union), 7)] <- NA
write.csv(records, "survey_records.csv", row.names = FALSE, na = "", quote = FALSE)

# --- estimates ------------------------------------------------------------------------------
designs <- list(
  "stratified-clusters" = function(d) svydesign(~psu, strata = ~stratum, weights = ~weight, data = d, nest = TRUE),
  "strata-by-year" = function(d) svydesign(~psu, strata = ~interaction(stratum, year, drop = TRUE), weights = ~weight, data = d, nest = TRUE),
  "clusters" = function(d) svydesign(~interaction(stratum, psu, drop = TRUE), weights = ~weight, data = d),
  "strata" = function(d) svydesign(~1, strata = ~stratum, weights = ~weight, data = d),
  "weights" = function(d) svydesign(~1, weights = ~weight, data = d),
  "simple" = function(d) svydesign(~1, probs = rep(1, nrow(d)), data = d)
)
out <- list()
estimate <- function(name, single, full) {
  for (region in sort(unique(records$region))) for (year in c(2021, 2022)) {
    inside <- full$variables$region == region & full$variables$year == year
    if (!any(inside)) next
    domain <- full[inside, ]
    add <- function(measure, value, error, effect, n) out[[length(out) + 1]] <<- data.frame(
      design = name, single_psu = single, region = region, year = year, measure = measure,
      value = as.numeric(value), standard_error = as.numeric(error),
      design_effect = as.numeric(effect), sample_size = n)
    women <- subset(domain, in_union & !is.na(modern))
    share <- svymean(~as.numeric(modern), women, deff = "replace")
    add("modern-share", 100 * coef(share), 100 * SE(share), deff(share), nrow(women))
    rate <- svyratio(~births, ~members, domain, deff = "replace")
    add("birth-rate", 1000 * coef(rate), 1000 * SE(rate), attr(rate, "deff"), nrow(domain))
    earning <- subset(domain, !is.na(income))
    mean <- svymean(~income, earning, deff = "replace")
    add("mean-income", coef(mean), SE(mean), deff(mean), nrow(earning))
    poorer <- svymean(~income, subset(earning, in_union), deff = "replace")
    add("mean-income-in-union", coef(poorer), SE(poorer), deff(poorer), nrow(subset(earning, in_union)))
    total <- svytotal(~members, domain, deff = "replace")
    add("members", coef(total), SE(total), deff(total), nrow(domain))
    couples <- svytotal(~as.numeric(in_union), domain, deff = "replace")
    add("couples", coef(couples), SE(couples), deff(couples), nrow(domain))
  }
}
for (name in names(designs)) {
  # S9 has a single sampling unit; by year others would have, so this design is left whole below.
  data <- subset(records, stratum != "S9")
  options(survey.lonely.psu = "fail")
  estimate(name, "report", designs[[name]](data))
}
for (single in c("certainty", "centered")) {
  options(survey.lonely.psu = if (single == "centered") "adjust" else "certainty")
  estimate("stratified-clusters", single, designs[["stratified-clusters"]](records))
}
result <- do.call(rbind, out)
for (column in c("value", "standard_error", "design_effect"))
  result[[column]] <- formatC(result[[column]], digits = 16, format = "g", flag = "#", width = 1)
write.csv(result, "survey_design.csv", row.names = FALSE, quote = FALSE)
