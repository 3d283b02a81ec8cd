#include "medchain/stages.h"

namespace medchain {
namespace {

thread_local StageMeter* thread_meter = nullptr;

}  // namespace

void measure_stages(StageMeter* meter) { thread_meter = meter; }

InStage::InStage(Stage stage) : meter_(thread_meter) {
  if (meter_ != nullptr) meter_->enter(stage);
}

InStage::~InStage() {
  if (meter_ != nullptr) meter_->leave();
}

}  // namespace medchain
