from corpus.schema import Measure
def read_facts(measures, text):
    return measures
