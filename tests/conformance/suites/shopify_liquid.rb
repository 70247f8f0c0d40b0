# frozen_string_literal: true

# Runs the tests of a checkout of Shopify's Liquid and writes down, as JSON, each template that they render: its data, its partials and the result.
# A filter that a test calls by itself is written down as a template that calls it.
#   ruby shopify_liquid.rb CHECKOUT RECORDING
require "bigdecimal"
require "date"
require "json"
require "set"
require "strscan"
require "time"

# Debian's Ruby 3.1 has an older strscan than Liquid asks for.
class StringScanner
  def peek_byte = string.getbyte(pos) unless method_defined?(:peek_byte)
  def scan_byte = peek_byte.tap { |byte| self.pos += 1 if byte } unless method_defined?(:scan_byte)
end

CHECKOUT, RECORDING = ARGV.shift(2)
ENV["TZ"] = "UTC"
$LOAD_PATH.unshift("#{CHECKOUT}/lib", "#{CHECKOUT}/test")
ARGV.replace(["--seed", "0"])
require "test_helper"
begin
  require "lru_redux"
rescue LoadError
  # Only a place to keep what was parsed.
  module LruRedux; class Cache < Hash; def initialize(_size) = super(); end; end
  $LOADED_FEATURES << "lru_redux.rb"
end

module Recorder
  # A value that JSON can't hold and mailweave's data can't either.
  class NotData < StandardError; end

  CASES = []
  FILTERS = Liquid::StandardFilters.public_instance_methods(false)

  class << self
    attr_accessor :busy, :partials

    def plain(value)
      case value
      when nil, true, false, Integer then value
      when Float then value.finite? ? value : raise(NotData, "a float that isn't finite")
      when BigDecimal then { "$decimal" => value.to_s("F") }
      when DateTime, Time then { "$time" => value.to_time.iso8601(6) }
      when Date then { "$date" => value.iso8601 }
      else container(value)
      end
    end

    def container(value)
      if value.instance_of?(String)
        raise NotData, "text that isn't UTF-8" unless value.encode("UTF-8").valid_encoding?
        value.encode("UTF-8")
      elsif value.instance_of?(Array) then value.map { |item| plain(item) }
      elsif value.instance_of?(Hash) && !value.default_proc && value.keys.all?(String) then value.transform_values { |item| plain(item) }
      else raise NotData, "a Ruby object in the data"
      end
    rescue EncodingError
      raise NotData, "text that isn't UTF-8"
    end

    # What a rendering reads, before it changes it.
    def data_of(given, template)
      return [template.instance_assigns, template.assigns, given || {}].map { |one| plain(one) }.reduce(:merge) unless given.is_a?(Liquid::Context)
      layers = given.static_environments + given.environments.reverse + given.scopes.reverse
      layers.reduce({}) { |all, layer| all.merge(plain(layer)) }
    end

    # What only Ruby code can do, or nil. `texts` are the template and its partials.
    def code_of(template, given, options, texts)
      contexts = [given].grep(Liquid::Context)
      environments = [template.instance_variable_get(:@environment), *contexts.map(&:environment)].uniq
      return "its own tags" if used?(texts, /{%-?\s*/, environments.flat_map { |one| (one.tags.to_a - Liquid::Tags::STANDARD_TAGS.to_a).map(&:first) })
      return "its own filters" if used?(texts, /\|\s*/, own_filters(environments, contexts, options))
      return "settings of Ruby's" if options.is_a?(Hash) && options.keys.any? { |key| key != :registers && key != :filters }
      return "settings of Ruby's" if template.instance_variable_get(:@bug_compatible)
      "settings of Ruby's" if contexts.any? { |one| one.strict_variables || one.strict_filters || one.global_filter } || limited?(template)
    end

    def own_filters(environments, contexts, options)
      modules = environments.flat_map { |one| one.strainer_template.included_modules } + contexts.flat_map { |one| one.instance_variable_get(:@filters) }
      modules += Array(options.is_a?(Hash) ? options[:filters] : options)
      (modules - standard_modules).grep(Module).flat_map(&:instance_methods)
    end

    def standard_modules
      @standard_modules ||= Liquid::Environment.new.strainer_template.included_modules
    end

    def used?(texts, before, names)
      names.any? && texts.any? { |text| text.match?(/#{before}(#{Regexp.union(names.map(&:to_s))})\b/) }
    end

    def limited?(template)
      limits = template.resource_limits
      [limits.render_length_limit, limits.render_score_limit, limits.assign_score_limit].any?
    end

    # The files that a stub holds, also those that aren't reached.
    def files_of(template, given, options)
      registers = given.is_a?(Liquid::Context) ? given.registers : (options.is_a?(Hash) && options[:registers]) || {}
      file_system = registers[:file_system] || template.instance_variable_get(:@environment).file_system
      values = file_system.instance_variable_get(:@values)
      values.is_a?(Hash) ? values.select { |name, text| name.is_a?(String) && text.is_a?(String) } : {}
    end

    def note(name: caller_name, **found)
      JSON.generate(found)
      CASES << { name: name, **found }
    rescue JSON::GeneratorError
      CASES << { name: name, left_out: "text that isn't UTF-8" }
    end

    def caller_name
      place = caller_locations.find { |one| one.path.end_with?("_test.rb") }
      place ? "#{place.path.delete_prefix("#{CHECKOUT}/")}:#{place.lineno}" : "?"
    end

    # Runs a block without recording what it renders.
    def quietly
      before, self.busy = busy, true
      yield
    ensure
      self.busy = before
    end

    def filter(name, values)
      names = values.each_index.map { |index| "v#{index}" }
      call = "#{names[0]} | #{name}#{": #{names.drop(1).join(", ")}" if names.size > 1}"
      listed = "{% assign list = #{call} %}{% for item in list %}[{{ item }}]{% endfor %}"
      text = yield.is_a?(Array) ? listed : "{{ #{call} }}"
      template = Liquid::Template.parse(text, environment: Liquid::Environment.new)
      given = names.zip(values).to_h
      data = plain(given)
      output = template.render(given)
      note(template: text, data: data, partials: {}, **(template.errors.any? ? { error: output } : { output: output }))
    rescue NotData => reason
      note(left_out: reason.message)
    end
  end

  module Templates
    def parse(source, options = {})
      @source = source.to_s
      @bug_compatible = options.is_a?(Hash) && options[:bug_compatible_whitespace_trimming]
      super
    rescue Liquid::Error => error
      Recorder.note(template: @source, data: {}, partials: {}, error: error.message) unless Recorder.busy || !Recorder.standard?(@environment)
      raise
    end

    def render(*args)
      return super if Recorder.busy || !@source
      Recorder.record(self, @source, args) { super }
    end
  end

  module Partials
    def load(template_name, context:, parse_context:)
      file_system = context.registers[:file_system]
      text = file_system.read_template_file(template_name) rescue nil
      Recorder.partials&.store(template_name, text) if text.is_a?(String)
      super
    end
  end

  class << self
    def standard?(environment)
      environment.tags.to_a == Liquid::Tags::STANDARD_TAGS.to_a
    end

    def record(template, source, args, &render)
      given, options = args
      self.partials = files_of(template, given, options)
      data, reason = data_or_reason(given, template)
      output, error = attempt(given.is_a?(Liquid::Context) ? given : template, &render)
      reason = code_of(template, given, options, [source, *partials.values]) || reason
      if reason then note(left_out: reason)
      else note(template: source, data: data, partials: partials, **(error ? { error: error.message } : { output: output }))
      end
      raise error if error && !output
      output
    end

    private

    def data_or_reason(given, template)
      [data_of(given, template), nil]
    rescue NotData => reason
      [nil, reason.message]
    rescue SystemStackError
      [nil, "an object that holds itself"]
    end

    # The text and the first error that stands in it, or no text and the error that stopped it.
    def attempt(place, &render)
      before = place.errors.size
      output = quietly(&render)
      [output, place.errors[before]]
    rescue Liquid::Error => error
      [nil, error]
    end
  end

  Liquid::Template.prepend(Templates)
  Liquid::PartialCache.singleton_class.prepend(Partials)

  # The filters that a test calls by themselves.
  Calls = Module.new do
    FILTERS.each do |name|
      define_method(name) do |*values, &block|
        return super(*values, &block) if Recorder.busy
        Recorder.quietly { Recorder.filter(name, values) { super(*values, &block) } rescue nil }
        Recorder.quietly { super(*values, &block) }
      end
    end
  end
  Liquid::StandardFilters.prepend(Calls)
end

Minitest.after_run { File.write(RECORDING, JSON.generate(Recorder::CASES)) }
Dir["#{CHECKOUT}/test/{integration,unit}/**/*_test.rb"].sort.each do |file|
  require file
rescue LoadError => error
  Recorder.note(name: file.delete_prefix("#{CHECKOUT}/"), left_out: "the gem #{error.path}")
end
